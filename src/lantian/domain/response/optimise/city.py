"""stub"""
from lantian.domain.response.optimise.plain import solve_plain
def solve_city(frame, solver, *, gap, seed, time_limit_s, progress):
    from lantian.domain.response.optimise.solve import relaxed_prices
    f = solve_plain(frame, solver, gap=gap, seed=seed, time_limit_s=time_limit_s)
    return f, relaxed_prices(frame, solver, seed)

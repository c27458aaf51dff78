"""What each firm must and can do: floors, costs and the ladder of cut steps."""

"""Use cases of automatic monitoring: files rolled up, exceedances found."""

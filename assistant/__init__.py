"""The clinic front desk: vetted answers at once, or a person."""

"""Staff, owners and later citizens: accounts, roles, and who may call which route."""

"""SMS, e-mail and web push: fixed texts to one recipient, with budgets and a breaker; a console twin of each."""

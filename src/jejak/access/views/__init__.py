"""The pages about staff themselves: their agency, their invitations, requests, the register of accounts."""

"""What happens afterwards: the outbox, per tenant, with the service's own role."""

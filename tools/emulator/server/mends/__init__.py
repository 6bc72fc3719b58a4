"""What moto's own services get wrong on the way, one file a service, each mend with the reason that makes it necessary."""

"""Small inputs of each dialect with the conversation that they hold: one table for each."""

"""What the suite stands on: a real server, a fresh tenant for every test, people who sign in, a clock to move."""

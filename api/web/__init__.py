"""What both edges share: answers, problems, bodies, headers, and the way in."""

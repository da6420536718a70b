"""nbgrader's settings for the course; README.md says how to use it."""

c = get_config()  # noqa: F821, nbgrader defines it

c.CourseDirectory.course_id = "diffrepairer"

# What stands in the place of an answer: a notebook that was not filled in must fail its tests.
c.ClearSolutions.code_stub = {"typescript": '// YOUR CODE HERE\nthrow new Error("no answer yet");'}

# Seconds for a cell; the first one that trains loads TensorFlow.
c.Execute.timeout = 300

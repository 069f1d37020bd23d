"""What a vendor has to be asked, as a list to send, and its answers read back into the text of the manifest."""

from __future__ import annotations

from checker.questionnaire.answers import Answer, Reply, Taken, read_reply, take
from checker.questionnaire.forms import FORMS, Form
from checker.questionnaire.questions import Question, questions

__all__ = ["FORMS", "Answer", "Form", "Question", "Reply", "Taken", "questions", "read_reply", "take"]

"""The wizard: one modal in which a campaign is drafted, step by step, back and forth.

Each step is a module of its own (`start`, `who`, `what`, `when`, `limits`), which ends in its
`STEP`: the values that it holds, the blocks that ask for them, and the way to a definition and
back. `review` shows what comes of all of them. To add a step: write such a module, name it in
`step.StepName`, give its values a place in `values.Values`, and enter its `STEP` in `steps.STEPS`.
To add a question to a step: a field of its values, an input in its `blocks`, a line in its `say`
and in its `fill`, and the place of its problems in `place`; if names are offered for it while
somebody types, what they are in `menu`. Where a step asks much, what it holds and means has a
module beside it: `triggers`, `rows` (of `deeds` and `persons`), `contents` and `alternatives`,
`schedules`, `bounds` and `windows`. Questions that few campaigns need stand behind a box.

The laws. What a step does not show keeps its value. What the form would make of a definition is
the definition itself: what no input can say is kept as it is (`kept`), shown, and never lost.
Whatever is entered is kept at once by the engine (`unfinished`), so a closed modal loses nothing.
"""

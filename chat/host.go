package chat

// WithoutHost follows the agent definition: what is otherwise here.
const WithoutHost = `# This conversation

There is no host: you have plumb's tools and ` + readTool + `, and none to search or edit files, run programs or delegate.
Files of the workspace are read with intake (file) and ` + readTool + `. What the person says here is a source as a brief is:
quote it word for word in answer. As a brief, intake takes the person's own words alone, as text, or a file. Calls that
write are put to the person by the program; do not ask for leave a second time. Numbers of your answers that no tool and
nobody in the conversation gave are shown to the person as not from plumb. The person reads a terminal: short, plain text.
`

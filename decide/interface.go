package decide

// interfaceQuestions decide how callers and parts talk.
var interfaceQuestions = []question{
	styleQuestion,
	outboxQuestion,  // what must follow a commit is known when every interaction has its style,
	brokerQuestion,  // and so is what has to be carried; a table of a store may carry it
	channelQuestion, // shaped by what carries them
	protocolQuestion,
	apiQuestion,
	versioningQuestion,
	pagingQuestion,
	idempotencyQuestion,
	progressQuestion,
	webhookQuestion,
	inboundQuestion,
}

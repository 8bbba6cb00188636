package decide

// interfaceQuestions decide how callers and parts talk.
var interfaceQuestions = []question{
	styleQuestion,
	protocolQuestion,
	apiQuestion,
	versioningQuestion,
	pagingQuestion,
	idempotencyQuestion,
	progressQuestion,
	webhookQuestion,
}

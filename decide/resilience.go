package decide

// resilienceQuestions decide what happens when something is slow, away, full or
// lost.
var resilienceQuestions = []question{
	callQuestion,
	regionsQuestion,
	backupQuestion,
	rateLimitQuestion,
	sheddingQuestion,
}

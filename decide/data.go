package decide

// dataQuestions decide what is promised and where it is kept. A broker may be a
// table of a store, so that stores come first; channels need the broker.
var dataQuestions = []question{
	answerQuestion,
	sagaQuestion,
	historyQuestion,
	guardQuestion,
	concurrencyQuestion,
	storeQuestion,
	outboxQuestion,
	brokerQuestion,
	channelQuestion,
}

// viewQuestions decide which answers are kept ready; they come before what decides
// how contexts reach each other: what is kept ready need not be asked for.
var viewQuestions = []question{
	readModelQuestion,
	cacheQuestion,
}

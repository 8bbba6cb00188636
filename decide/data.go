package decide

// dataQuestions decide what is promised and where it is kept.
var dataQuestions = []question{
	answerQuestion,
	sagaQuestion,
	historyQuestion,
	guardQuestion,
	concurrencyQuestion,
	filesQuestion,
	storeQuestion,
}

// viewQuestions decide which answers are kept ready; they come before what decides
// how contexts reach each other: what is kept ready need not be asked for.
var viewQuestions = []question{
	readModelQuestion,
}

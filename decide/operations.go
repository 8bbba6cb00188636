package decide

// operationsQuestions decide how the system is entered, sized, released and
// watched.
var operationsQuestions = []question{
	processesQuestion,
	scalingQuestion,
	probesQuestion,
	rolloutQuestion,
	toggleQuestion,
	telemetryQuestion,
	samplingQuestion,
	alertsQuestion,
}

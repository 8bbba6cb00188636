package decide

// operationsQuestions decide how the system is entered, sized, released and
// watched.
var operationsQuestions = []question{
	processesQuestion,
	cacheQuestion,   // how much a copy in a process is asked follows from the replicas,
	scalingQuestion, // and for how long a request holds a worker from what a cache saves
	queueQuestion,   // whose turn it is follows from how long a queue is
	probesQuestion,
	rolloutQuestion,
	toggleQuestion,
	telemetryQuestion,
	samplingQuestion,
	alertsQuestion,
}

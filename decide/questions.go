package decide

import "slices"

// questions is the decision table, in the order in which decisions are taken. The
// order is data: a question stands after those whose answers it reads.
var questions = slices.Concat(
	structureQuestions,             // everything else hangs on the cut
	placeQuestions,                 // how many there are of each store and process follows from it
	dataQuestions,                  // what is promised, and where it is kept
	viewQuestions,                  // which answers are kept ready; what is kept need not be called for
	interfaceQuestions,             // how callers and parts talk, and what carries it; follows when answers come
	resilienceQuestions,            // what happens when parts are slow, away or full; reads styles and answers
	edgeQuestions,                  // what stands before and between; reads who asks, and how
	securityQuestions,              // who is who; reads the mesh
	operationsQuestions,            // processes and their sizes, late because everything else decides what they carry
	[]question{safeguardsQuestion}, // what the design that follows from all others lacks
)

package brief

import "strings"

// section says what a heading's text holds.
type section uint8

const (
	secNone section = iota
	secAbout
	secTeam
	secBudget
	secActors
	secEntities
	secExternals
	secStories
	secRequirements
	secFlow
	secQualities
	secConstraints
	secContexts
	secRegions
	secScenarios
	secRules
	secAcceptance
	secAside // what is explicitly no requirement
)

// headings tells sections by phrases of their headings, in the order in which they
// are tried: what is more specific stands first.
var headings = []struct {
	section section
	phrases string // parted by commas
}{
	{secAside, "out of scope,non-goals,non goals,glossary,open questions,risks,references,appendix,clarifications,edge cases,assumptions,review checklist,execution status,revision history,changelog,not in scope,not in this,not part of,future work,dependencies"},
	{secScenarios, "load scenario,failure scenario,stress scenario,scenarios under,simulation,drills"},
	{secRules, "must hold,must always,must never,always hold,always true,never happen,business rule,invariant,integrity,consistency,rules that,rules of the business"},
	{secAcceptance, "acceptance,definition of done,test plan,scenarios & testing"},
	{secQualities, "how good,how fast,how well,quality,qualities,non-functional,nonfunctional,non functional,nfr,performance,availability,scalability,reliability,service level,slo,sla,load,success criteria,capacity,volumes,measurable outcomes,targets,service goals,latency,throughput"},
	{secBudget, "budget,cost,money"},
	{secTeam, "team,organisation,organization"},
	{secExternals, "external,integrations,third part,other systems,neighbouring systems,interfaces to"},
	{secContexts, "bounded context,contexts,modules,subsystems,services,components"},
	{secRegions, "regions,locations,data cent"},
	{secFlow, "flow,event storming,event-storming,events,process,commands"},
	{secConstraints, "constraint,technology,platform,compliance,tech stack,infrastructure,regulation,security,hosting"},
	{secEntities, "entities,entity,domain,data model,key concepts,objects,information model,things,aggregates,what it keeps,what is kept"},
	{secActors, "actor,persona,roles,stakeholders,user groups,who uses,who is involved,who takes part,participants,users"},
	{secStories, "user stor,stories,backlog,use case,epic,jobs"},
	{secRequirements, "what it has to do,what it must do,what it should do,what it does,what it needs to do,how it works,requirement,feature,functional,functions,capabilities,scope,user scenarios"},
	{secAbout, "about,overview,introduction,summary,purpose,vision,background,problem,description,context,goal"},
}

// titles are headings of a word or two that in a longer one would mean nothing.
var titles = map[string]section{
	"who": secActors, "people": secTeam, "numbers": secQualities, "what": secRequirements, "not now": secAside, "later": secAside, "not yet": secAside,
	"data": secEntities, "rules": secRules, "tech": secConstraints, "partners": secExternals, "stack": secConstraints,
}

// sectionOf tells what a heading's text holds.
func sectionOf(title string) section {
	low := lower(title)
	if s, ok := titles[strings.Trim(low, " ?!.:0123456789")]; ok {
		return s
	}
	for _, h := range headings {
		for phrase := range strings.SplitSeq(h.phrases, ",") {
			if at := strings.Index(low, phrase); at >= 0 && (at == 0 || !isWordByte(low[at-1])) {
				if h.section == secStories && storyTitle.MatchString(title) {
					continue
				}
				return h.section
			}
		}
	}
	return secNone
}

// list tells that the section lists facts, so that a line there which says none was
// not understood.
func (s section) list() bool {
	switch s {
	case secTeam, secBudget, secActors, secEntities, secExternals, secStories, secFlow, secQualities, secConstraints, secContexts, secRegions, secScenarios, secRules:
		return true
	}
	return false
}

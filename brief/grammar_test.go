package brief

import (
	"strings"
	"testing"
)

// product is statements of one meaning: every form with every filling of its places.
// {s} is a system, {q} and {t} the quantity, {l} the system in the middle of a sentence.
type product struct {
	want   string
	forms  string // one a line
	places map[string]string
}

var systems = `The system|The web site|The booking service|Our platform|The application|The register|The API|The portal`

// products cross what a number can be written like with where it can stand.
var products = []product{
	{"latency 3s", `
{s} shall {do} {q}.
{s} must be able to {do} {q}.
{s} has to {do} {q}.
{s} is expected to {do} {q}.
It is required that {s} {do} {q}.
We want {s} to {do} {q}.
Once a request has come in, {l} shall {do} {q}.
A search result shall be returned {q}.
The list of rooms appears {q}.
Pages load {q}.
Reports are generated {q}.
A new order becomes visible to the cook {q}.
The nurse sees the chart {q}.
A customer shall receive the confirmation {q}.
Users must be able to view their balance {q}.
It shall be possible to open a record {q}.
Looking up a customer shall be done {q}.
Changes are propagated to all sites {q}.
The result of a query comes back {q}.
Clerks get an answer {q}.`,
		map[string]string{"s": `The system|Our booking service`, "l": `the system`,
			"do": `return the result|display the invoice|compute the premium|notify the driver|save all changes|react to a click|look up the part|confirm the booking|render the floor plan|process a payment`,
			"q":  `within 3 seconds|in less than 3 seconds|in under 3 s|in no more than 3 seconds|in at most three seconds|in 3 seconds or less|in 3 seconds or faster|no later than 3 seconds after the request|in max. 3 sec|in a maximum of 3 seconds|within three (3) seconds|in fewer than 3 seconds|in not more than 3 secs|within at most 3000 ms|in 3 s at most|in three seconds at the latest|after no more than 3 seconds|within 3s|in <3s|within a period of 3 seconds|within a 3 second time frame|in up to 3 seconds`}},
	{"latency 3s", `{what} {is}.`,
		map[string]string{
			"what": `The response time of the system|The time to load a page|The time it takes to open a case|Page load time|The delay between scan and display|The latency of a read|Order processing time|The loading of the dashboard|The execution time for a query|The waiting time for users|The turnaround time of an enquiry|Login time|The time from submission to confirmation`,
			"is":   `shall not exceed 3 seconds|must be less than 3 seconds|shall be no more than 3 seconds|must be below 3 s|is at most 3 seconds|should not be longer than 3 seconds|shall be 3 seconds or less|must remain under 3 seconds|may not be greater than 3 seconds|is limited to 3 seconds|is 3 seconds at maximum|is to be kept under 3 seconds|never exceeds 3 seconds|ought not to exceed three seconds|shall be a maximum of 3 seconds|has an upper limit of 3 seconds|<= 3 s|= 3 s`}},
	{"latency 3s", `
A search shall take {t}.
It shall take {t} to load the page.
It may take the system {t} to find a driver.
Displaying a map tile should take {t}.
The user waits {t} for the result.`,
		map[string]string{"t": `less than 3 seconds|no more than 3 seconds|at most 3 seconds|3 seconds or less|under 3 seconds|no longer than 3 seconds|a maximum of 3 seconds|3 seconds at most|up to 3 seconds`}},
	{"latency p95 3s", `
{p} {l} shall return the result {q}.
{p} search results are shown {q}.
{p} the response time shall not exceed 3 seconds.
{l} shall return the result {q} {a}.
The response time shall be 3 seconds or less {a}.
{of} shall be answered {q}.
{of} complete {q}.
No more than 5% of the searches may take longer than 3 seconds.`,
		map[string]string{"l": `the system`, "q": `within 3 seconds|in no more than 3 s|in 3 seconds or less`,
			"p":  `95% of the time,|In 95 % of cases,|For 95% of all requests,|For at least 95 percent of the queries,|95 out of 100 times,|In 19 of 20 cases,|With a probability of 95 %,`,
			"a":  `95% of the time|in 95 % of cases|for 95% of all requests|at the 95th percentile|(p95)|in 95 out of 100 cases`,
			"of": `95 % of the searches|At least 95% of all page requests|Ninety-five percent of responses`}},
	{"availability 99.5%", `
{s} shall be available {p} of the time.
{s} must have an availability of {p}.
{s} shall achieve {p} uptime.
{s} needs to be up {p} of the time.
{s} should be online at least {p} of each month.
{s} guarantees {p} availability per calendar month.
{s} must be in operation {p} of the time.
{s} shall be available to users {p} of the time during business hours.
{s} shall have a yearly availability of {p}, not counting planned maintenance.
{s} must remain available at least {p} of the time even at peak.
{s} must be available for use {p} of the time.
{p} of the time, users are able to reach {l}.`,
		map[string]string{"s": systems, "l": `the portal`, "p": `99.5%|99.5 %|99.5 percent|99.5 per cent|99,5 %`}},
	{"availability 99.726%", `
{s} shall not be down for more than {t} per month.
Downtime of {l} must not exceed {t} a month.
No more than {t} of downtime per month are tolerated.
{s} may be unavailable for at most {t} per month.
The monthly downtime is limited to {t}.
In any month {l} must not be out of service longer than {t}.
Total outage time per month: {t} max
At most {t} per month may {l} be inaccessible.`,
		map[string]string{"s": systems, "l": `the site`, "t": `2 hours|two hours|120 minutes|2 h`}},
	{"availability 24/7", `
{s} shall be available {h}.
{s} must be accessible {h}.
Users must be able to access {l} {h}.
It shall be possible to use {l} {h}.
{s} has to run {h}.`,
		map[string]string{"s": systems, "l": `the site`, "h": `24 hours a day, 7 days a week|24/7|24x7|24 hours per day, 365 days per year|around the clock|day and night|twenty-four hours a day`}},
	{"online 500", `
{s} shall support {n} concurrent users.
{s} must handle {n} simultaneous users.
{s} shall be able to serve at least {n} users at the same time.
{n} users must be able to work with {l} simultaneously.
Up to {n} users can be connected at once.
{s} shall allow {n} users to be logged in concurrently.
A minimum of {n} concurrent sessions has to be supported.
The number of concurrent users will be {n}.
{s} must be capable of handling {n} concurrent requests.
Concurrent users: {n}`,
		map[string]string{"s": systems, "l": `the site`, "n": `500|five hundred`}},
	{"accounts 20000", `
{s} shall support {n} users.
{s} must scale to {n} registered customers.
The number of users is expected to grow to {n}.
{s} is designed for {n} customers.
{s} will have {n} members.
{n} employees will use {l}.
The user base will expand to {n} users.
Number of registered users: {n}`,
		map[string]string{"s": systems, "l": `the site`, "n": `20,000|20000|20k|twenty thousand`}},
	{"throughput 2/s", `
{s} shall process {n} orders per hour.
{n} requests per hour must be supported.
At least {n} orders are placed each hour.
{s} shall sustain a rate of {n} calls per hour.
{s} needs to cope with {n} searches every hour.
Every hour {n} messages arrive.
{s} shall handle a load of {n} requests/hour.
{s} is expected to process up to {n} payments hourly.
In an hour, {n} parcels are scanned.
{n} images need to be processed within one hour.
Transactions per hour: {n}`,
		map[string]string{"s": systems, "n": `7,200|7200`}},
	{"growth 25%", `
The number of users grows by {p} {y}.
Traffic will rise by {p} {y}.
The load is growing {p} {y}.
Traffic will rise by {f} {y}.
There is an increase of {f} in orders {y}.
Growth: {p} {y}
{s} must cope with an increase of {p} in orders {y}.`,
		map[string]string{"s": systems, "p": `25%|25 percent`, "f": `a quarter|one quarter`, "y": `per year|a year|annually|every year|each year|per annum|p.a.`}},
	{"headroom 3", `
{s} shall be able to handle {m} the current load.
The number of users may triple within 2 years.
{s} must withstand {m} the normal load.
A threefold increase in data volume must be possible.
{s} shall cope with a load increase by a factor of 3.
Capacity must be extendable to {m} the present volume.`,
		map[string]string{"s": systems, "m": `three times|3 times|3x`}},
	// What stands before and behind the main clause changes nothing.
	{"latency 3s", `
{c} {l} {q}.
{l} {q} {d}.`,
		map[string]string{
			"c": `When a user has entered his data,|After a request has been submitted,|If the record exists,|Upon selection of a patient,|During peak hours,|Under normal load,|While other users are working,|In all cases,|For every search,|As soon as a ticket is scanned,|At any time of the day,|Whenever an item is changed,|With the exception of reports,|To keep users satisfied,|In order to be usable in an emergency,|Regardless of the number of items,|On a mobile phone,|Following a login,|For ease of use,`,
			"d": `after the user has pressed the button|when a record is opened|on a standard PC|under normal load|regardless of the load|for all users|in all cases|even at the end of the month|from any workstation|if the network is available|so that the users need not wait|because nurses are in a hurry|unless the network is down|in normal operation`,
			"l": `the system shall show the result|the result shall be shown|the system must respond|the answer is displayed|the user shall see the result|the customer must be able to see the order|the operator gets an answer|the list of patients shall be presented|the order shall be confirmed`,
			"q": `within 3 seconds|in no more than 3 seconds|in 3 seconds or less`}},
	{"availability 99.5%", `{c} {a} {d}.`,
		map[string]string{
			"c": `In each calendar month,|Outside maintenance windows,|During business hours,|For paying customers,|From the first day of operation,|Apart from planned downtime,|Regardless of the load,`,
			"a": `the system shall be available 99.5% of the time|the system shall have an availability of 99.5%|the system shall achieve 99.5% uptime|the system shall be up and running 99.5% of the time|the availability of the system shall be 99.5%`,
			"d": `during business hours|over a year|excluding scheduled maintenance|for all users|not counting planned downtime|as measured by the provider|between 8 am and 6 pm|24 hours a day, 7 days a week|with a maximum of 2 hours for maintenance`}},
	{"online 500", `{c} the system shall {a} {d}.`,
		map[string]string{
			"c": `At peak,|During registration week,|On election day,|In the first year,|Initially,`,
			"a": `support 500 concurrent users|allow 500 users to work at the same time|serve up to 500 users concurrently|support a minimum of 500 users online`,
			"d": `without degradation|with acceptable response times|without a loss of performance|during business hours|at all times|in the initial release`}},
	{"none", `
The {who} can cancel the booking up to {t} before it starts.
A voucher expires after {t}.
The offer is valid for {t}.
If the {who} does not respond within {t}, the booking is cancelled.
The {who} shall be able to view the orders of the last {t}.
The system shall remind the {who} {t} before the invoice is due.
The rental lasts {t}.
A {who} is suspended for {t} after three violations.
The {who} sets a time limit of {t} for each task.
After {t} of inactivity the {who} has to log in again.
The {who} filters films with a length of more than {t}.
The {who} can extend the loan by {t} twice.
The {who} is informed {t} in advance.
Orders older than {t} are shown in grey.
Each {who} may have up to {n} bookings.
The {who} can choose {n} items at most.
An order with more than {n} items needs approval by the {who}.
The name of a file has at most {n} characters.
The {who} receives a discount of {n} % on every order.
The system shall show the {n} most recent orders to the {who}.
The system shall allow the {who} to attach up to {n} files to a claim.
A ticket costs {n} euros.
The {who} rates the film on a scale of 1 to {n}.
A group consists of {n} persons.
The {who} has {n} attempts to enter the code.`,
		map[string]string{"who": `user|customer|clerk|nurse|manager|operator|administrator`, "t": `30 seconds|5 minutes|24 hours|two days|3 weeks|six months`, "n": `3|ten|24|50`}},
}

// each calls f with the form, its places filled in every way.
func (p product) each(form string, f func(string)) {
	open := strings.IndexByte(form, '{')
	if open < 0 {
		f(strings.ToUpper(form[:1]) + form[1:])
		return
	}
	name := form[open+1 : open+strings.IndexByte(form[open:], '}')]
	for filling := range strings.SplitSeq(p.places[name], "|") {
		if name == "s" && open > 0 {
			filling = strings.ToLower(filling[:1]) + filling[1:]
		}
		p.each(form[:open]+filling+form[open+len(name)+2:], f)
	}
}

// What is read right in one wording is read right in all that mean the same: bounds,
// units, subjects and clauses combine freely.
func TestPartsOfAStatementCombineFreely(t *testing.T) {
	for _, p := range products {
		right, all := 0, 0
		for form := range strings.SplitSeq(strings.TrimSpace(p.forms), "\n") {
			p.each(form, func(text string) {
				all++
				if say := p.said(text); agree(say, p.want) || say == "" && p.want == "none" {
					right++
				} else {
					t.Logf("%s\n   want %s\n   got  %s", text, p.want, say)
				}
			})
		}
		t.Logf("%-22s %5d of %5d", p.want, right, all)
		if float64(right) < 0.99*float64(all) {
			t.Errorf("%s: %d of %d are read right", p.want, right, all)
		}
	}
}

// said is what a text is read as, in the form of the labels.
func (p product) said(text string) string {
	q := passage{}
	q.append(text, 1, 0, text)
	var got []string
	for _, s := range sentences(q.text) {
		for _, r := range readStatement("brief.md", &q, s[0], s[1], false) {
			if p.want != "none" || r.Kind.Objective() {
				got = append(got, shown(r))
			}
		}
	}
	return strings.Join(got, "; ")
}

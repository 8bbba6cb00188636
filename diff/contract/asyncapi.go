package contract

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"plumb.dev/plumb/arch"
	"plumb.dev/plumb/emit"
)

// asyncAPI compares what contexts tell each other. Each document is the view of one
// application, so a change is judged by its role: who stops sending breaks those who
// listen, who stops listening breaks nobody. Rules of what surrounds a message are
// named by the place in the document and the operation, as @asyncapi/diff writes
// them; its classes hold except where the role tells more.
func (c *comparer) asyncAPI(from, to []emit.File) error {
	before, err := documents(from)
	if err != nil {
		return err
	}
	after, err := documents(to)
	if err != nil {
		return err
	}
	sent := map[string]bool{}
	for _, d := range before {
		for key := range d.messages(true) {
			sent[key] = true
		}
	}
	for _, old := range before {
		now := &document{file: old.file, tree: tree{}}
		if at := slices.IndexFunc(after, func(d *document) bool { return d.file == old.file }); at >= 0 {
			now = after[at]
		}
		a := &asyncComparison{c: c, old: old, now: now}
		a.servers()
		a.channels()
		a.operations()
		if err := a.payloads(sent); err != nil {
			return fmt.Errorf("%s cannot be compared: %w", old.file, err)
		}
	}
	return nil
}

// tree is an object of a document.
type tree = map[string]any

// document is one AsyncAPI document.
type document struct {
	file string
	tree tree
}

func documents(files []emit.File) ([]*document, error) {
	var out []*document
	for _, f := range files {
		d := &document{file: f.Path}
		if err := yaml.Unmarshal(f.Data, &d.tree); err != nil {
			return nil, unreadable(f.Path, err)
		}
		out = append(out, d)
	}
	return out, nil
}

// at goes down by keys and follows references; nil where there is nothing.
func (d *document) at(node any, keys ...string) any {
	for i := 0; i <= len(keys); i++ {
		node = d.resolve(node)
		if i == len(keys) {
			break
		}
		m, ok := node.(tree)
		if !ok {
			return nil
		}
		node = m[keys[i]]
	}
	return node
}

// resolve follows a reference within the document, at most as many times as a chain
// that makes sense has.
func (d *document) resolve(node any) any {
	for range 8 {
		m, ok := node.(tree)
		if !ok {
			return node
		}
		ref, ok := m["$ref"].(string)
		if !ok {
			return node
		}
		rest, inside := strings.CutPrefix(ref, "#/")
		if !inside {
			return node
		}
		node = any(d.tree)
		for _, key := range strings.Split(rest, "/") {
			m, _ := node.(tree)
			node = m[strings.NewReplacer("~1", "/", "~0", "~").Replace(key)]
		}
	}
	return node
}

func (d *document) object(node any, keys ...string) tree {
	m, _ := d.at(node, keys...).(tree)
	return m
}

// whole is a value with what it refers to in place of the references, up to a number
// of parts: one that refers to itself has no end.
func (d *document) whole(node any, left *int) any {
	node = d.resolve(node)
	if *left--; *left < 0 {
		return nil
	}
	switch v := node.(type) {
	case tree:
		out := tree{}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			out[key] = d.whole(v[key], left)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, inner := range v {
			out[i] = d.whole(inner, left)
		}
		return out
	}
	return node
}

// mostParts bounds a value that is compared as a whole: security, correlation,
// parameters.
const mostParts = 2000

// text is a value as one reads it; objects and lists as JSON.
func (d *document) text(node any, keys ...string) string {
	left := mostParts
	v := d.whole(d.at(node, keys...), &left)
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	out, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(out)
}

// channelOf is the name of the channel that an operation refers to.
func (d *document) channelOf(operation tree) string {
	ref, _ := operation["channel"].(tree)
	name, _ := ref["$ref"].(string)
	return strings.TrimPrefix(name, "#/channels/")
}

// messagesOf lists the messages of an operation by name; all of its channel where it
// names none.
func (d *document) messagesOf(operation tree) []string {
	list, named := operation["messages"].([]any)
	var out []string
	for _, m := range list {
		ref, _ := m.(tree)
		name, _ := ref["$ref"].(string)
		out = append(out, name[strings.LastIndexByte(name, '/')+1:])
	}
	if !named {
		out = slices.Sorted(maps.Keys(d.object(d.tree, "channels", d.channelOf(operation), "messages")))
	}
	return out
}

// messages are what the application sends, or receives, by channel and name. What it
// puts aside since it could not handle it is nobody's contract.
func (d *document) messages(sent bool) map[string][2]string {
	out := map[string][2]string{}
	for _, op := range d.object(d.tree, "operations") {
		o, _ := op.(tree)
		channel := d.channelOf(o)
		if (o["action"] == "send") != sent || d.deadLetter(channel) {
			continue
		}
		for _, m := range d.messagesOf(o) {
			out[channel+" "+m] = [2]string{channel, m}
		}
	}
	return out
}

func (d *document) deadLetter(channel string) bool {
	return d.text(d.tree, "channels", channel, "x-plumb-kind") == "dead-letter"
}

// sends reports whether the application tells of anything in a channel.
func (d *document) sends(channel string) bool {
	for _, m := range d.messages(true) {
		if m[0] == channel {
			return true
		}
	}
	return false
}

// asyncComparison compares two states of one document.
type asyncComparison struct {
	c        *comparer
	old, now *document
}

// add reports a change; what an application only listens to is safe to leave.
func (a *asyncComparison) add(rule string, level Level, place, what string, users []string, e effect) {
	a.c.add(Finding{Contract: a.old.file, Format: "asyncapi", Rule: rule, Level: level, Place: place, What: what, Users: users}, e)
}

func (a *asyncComparison) channelUsers(channel string) []string {
	return a.c.users.subscribed(arch.ChannelID(channel))
}

// connect is a broker that is reached in another way.
var connect = effect{"they no longer reach the broker as they are set up", "run both until everybody has moved"}

func (a *asyncComparison) servers() {
	servers := a.old.object(a.old.tree, "servers")
	for _, name := range slices.Sorted(maps.Keys(servers)) {
		if len(a.now.tree) == 0 {
			return // the whole document is gone, which its channels say
		}
		users := a.listeners()
		if a.now.object(a.now.tree, "servers", name) == nil {
			a.add("/servers/* remove", Breaking, name, "the server is gone", users, connect)
			continue
		}
		for _, key := range []string{"host", "pathname", "protocol", "protocolVersion", "security"} {
			was, is := a.old.text(servers[name], key), a.now.text(a.now.tree, "servers", name, key)
			if was != is {
				a.add("/servers/*/"+key+" edit", Breaking, name, fmt.Sprintf("%s changed from %s to %s", key, nonEmpty(was), nonEmpty(is)), users, connect)
			}
		}
	}
	if was, is := a.old.text(a.old.tree, "defaultContentType"), a.now.text(a.now.tree, "defaultContentType"); was != is && len(a.now.tree) > 0 {
		a.add("/defaultContentType edit", Breaking, "defaultContentType", fmt.Sprintf("it changed from %s to %s", nonEmpty(was), nonEmpty(is)), a.listeners(), looser)
	}
}

// listeners are those that subscribe to what the application tells.
func (a *asyncComparison) listeners() []string {
	var out []string
	for _, m := range a.old.messages(true) {
		out = append(out, a.channelUsers(m[0])...)
	}
	return sorted(out)
}

func nonEmpty(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}

func (a *asyncComparison) channels() {
	channels := a.old.object(a.old.tree, "channels")
	for _, name := range slices.Sorted(maps.Keys(channels)) {
		if a.old.deadLetter(name) {
			continue
		}
		users, told := a.channelUsers(name), a.old.sends(name)
		level := Breaking
		if !told {
			level = Safe
		}
		now := a.now.object(a.now.tree, "channels", name)
		if now == nil {
			a.add("/channels/* remove", level, name, "the channel is gone", users, lost)
			continue
		}
		if !told {
			continue // the document of the one that tells says it
		}
		a.channel(name, channels[name], now, users)
	}
}

// channel compares a channel that the application tells in.
func (a *asyncComparison) channel(name string, old, now any, users []string) {
	for _, key := range []string{"address", "parameters"} {
		if was, is := a.old.text(old, key), a.now.text(now, key); was != is {
			a.add("/channels/*/"+key+" edit", Breaking, name, fmt.Sprintf("%s changed from %s to %s", key, nonEmpty(was), nonEmpty(is)), users, lost)
		}
	}
	for _, s := range listed(a.old, old, "servers") {
		if !slices.Contains(listed(a.now, now, "servers"), s) {
			a.add("/channels/*/servers/* remove", Breaking, name, "it is no longer on "+s, users, connect)
		}
	}
	if was, is := a.old.text(old, "x-plumb-ordering", "key"), a.now.text(now, "x-plumb-ordering", "key"); was != "" && was != is {
		a.add("/channels/*/x-plumb-ordering edit", Breaking, name, fmt.Sprintf("order is kept by %s and no longer by %s", nonEmpty(is), was), users, unordered)
	}
	if was, is := number(a.old, old, "bindings", "kafka", "partitions"), number(a.now, now, "bindings", "kafka", "partitions"); was != is && was > 0 && is > 0 && a.now.text(now, "x-plumb-ordering", "key") != "" {
		a.add("/channels/*/bindings/kafka/partitions edit", Dangerous, name, fmt.Sprintf("partitions changed from %g to %g: a key can move to another partition", was, is), users, unordered)
	}
	if was, is := number(a.old, old, "bindings", "kafka", "topicConfiguration", "retention.ms"), number(a.now, now, "bindings", "kafka", "topicConfiguration", "retention.ms"); is > 0 && is < was {
		a.add("/channels/*/bindings/kafka/topicConfiguration/retention.ms edit", Dangerous, name, fmt.Sprintf("messages are kept for %g hours and no longer for %g", is/3.6e6, was/3.6e6), users, forgotten)
	}
	a.messages(name, old, now)
}

// The effects on what a channel promises beside its messages.
var (
	unordered = effect{"messages of one key can overtake each other around the change",
		"stop sending until what is under way has been read, then change it"}
	forgotten = effect{"a reader that was away for longer than that misses messages",
		"see that no reader is further behind before the change"}
)

func listed(d *document, node any, key string) []string {
	list, _ := d.at(node, key).([]any)
	var out []string
	for _, x := range list {
		m, _ := x.(tree)
		ref, _ := m["$ref"].(string)
		out = append(out, strings.TrimPrefix(ref, "#/servers/"))
	}
	return out
}

func number(d *document, node any, keys ...string) float64 {
	switch n := d.at(node, keys...).(type) {
	case int:
		return float64(n)
	case float64:
		return n
	}
	return 0
}

// messages compares which messages a channel holds and how they are written.
func (a *asyncComparison) messages(channel string, old, now any) {
	before, after := a.old.object(old, "messages"), a.now.object(now, "messages")
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if _, told := a.old.messages(true)[channel+" "+name]; !told {
			continue
		}
		place, users := channel+" "+name, a.c.users.hearing(arch.EventID(name))
		if after[name] == nil {
			a.add("/channels/*/messages/* remove", Breaking, place, "the message is no longer in the channel", users, lost)
			continue
		}
		for _, key := range []string{"contentType", "correlationId"} {
			if was, is := a.old.text(before[name], key), a.now.text(after[name], key); was != is {
				a.add("/channels/*/messages/*/"+key+" edit", Breaking, place, fmt.Sprintf("%s changed from %s to %s", key, nonEmpty(was), nonEmpty(is)), users, looser)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if before[name] == nil {
			a.add("/channels/*/messages/* add", Safe, channel+" "+name, "the message is new in the channel", nil, effect{})
		}
	}
}

// operations compares what the application does with channels that are still there.
func (a *asyncComparison) operations() {
	operations := a.old.object(a.old.tree, "operations")
	for _, name := range slices.Sorted(maps.Keys(operations)) {
		op, _ := operations[name].(tree)
		channel := a.old.channelOf(op)
		if a.now.object(a.now.tree, "channels", channel) == nil || a.old.deadLetter(channel) {
			continue
		}
		now := a.now.object(a.now.tree, "operations", name)
		if op["action"] != "send" {
			if now == nil {
				a.add("/operations/* remove", Safe, name, "it no longer listens to "+channel, nil, effect{})
			}
			continue
		}
		if now == nil || now["action"] != "send" {
			a.add("/operations/* remove", Breaking, name, "it no longer tells anything in "+channel, a.channelUsers(channel), lost)
			continue
		}
		kept := a.now.messagesOf(now)
		for _, m := range a.old.messagesOf(op) {
			if !slices.Contains(kept, m) && a.now.object(a.now.tree, "channels", channel, "messages", m) != nil {
				a.add("/operations/*/messages/* remove", Breaking, name, "it no longer tells of "+m, a.c.users.hearing(arch.EventID(m)), lost)
			}
		}
	}
}

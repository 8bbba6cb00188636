package contract

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oasdiff/oasdiff/checker"
	"github.com/oasdiff/oasdiff/load"

	"plumb.dev/plumb/arch"
)

// payloads compares what is in the messages by oasdiff's rules: what the application
// sends as the response of a request, which may only promise more, and what it
// receives as a request, which may only demand less. A message that another document
// of the design sends is compared there.
func (a *asyncComparison) payloads(sent map[string]bool) error {
	all := a.old.messages(true)
	for key, m := range a.old.messages(false) {
		if !sent[key] {
			all[key] = m
		}
	}
	var keys []string
	for _, key := range slices.Sorted(maps.Keys(all)) {
		m := all[key]
		if a.old.message(m) != nil && a.now.message(m) != nil {
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	told := a.old.messages(true)
	from, err := a.old.asHTTP(keys, all, told)
	if err != nil {
		return err
	}
	to, err := a.now.asHTTP(keys, all, told)
	if err != nil {
		return err
	}
	changes, err := oasdiff(from, to)
	if err != nil {
		return err
	}
	for _, x := range changes {
		if m, ok := all[strings.Replace(strings.TrimPrefix(x.GetPath(), "/"), "/", " ", 1)]; ok {
			a.addPayload(m, x)
		}
	}
	return nil
}

// message is a message of a channel; nil where there is none.
func (d *document) message(m [2]string) tree {
	return d.object(d.tree, "channels", m[0], "messages", m[1])
}

// asHTTP writes messages as operations of an OpenAPI description: /CHANNEL/MESSAGE,
// with the schemas of the document beside them, so that references hold.
func (d *document) asHTTP(keys []string, all, told map[string][2]string) (*load.SpecInfo, error) {
	paths := tree{}
	for _, key := range keys {
		m := d.message(all[key])
		properties := tree{}
		for _, part := range []string{"headers", "payload"} {
			if schema, ok := m[part].(tree); ok {
				if inner, multi := schema["schema"]; multi && schema["schemaFormat"] != nil {
					schema, _ = inner.(tree)
				}
				properties[part] = schema
			}
		}
		body := tree{"content": tree{"application/json": tree{"schema": tree{"type": "object", "required": slices.Sorted(maps.Keys(properties)), "properties": properties}}}}
		path := "/" + strings.Replace(key, " ", "/", 1)
		if _, sends := told[key]; sends {
			body["description"] = "what is sent"
			paths[path] = tree{"get": tree{"responses": tree{"200": body}}}
		} else {
			body["required"] = true
			paths[path] = tree{"post": tree{"requestBody": body, "responses": tree{"202": tree{"description": "taken"}}}}
		}
	}
	text, err := json.Marshal(tree{
		"openapi": "3.1.0", "info": tree{"title": "messages", "version": "1.0.0"}, "paths": paths,
		"components": tree{"schemas": d.object(d.tree, "components", "schemas")},
	})
	if err != nil {
		return nil, err
	}
	return load.NewSpecInfoFromData(openapi3.NewLoader(), text, d.file)
}

func (a *asyncComparison) addPayload(m [2]string, x checker.Change) {
	what := strings.NewReplacer("`payload/", "`").Replace(overHTTP(said(x)))
	a.add(x.GetId(), levelOf(x.GetLevel()), m[0]+" "+m[1], what, a.c.users.hearing(arch.EventID(m[1])), effectOf(x.GetId()))
}

package eventlog

import (
	"strings"

	"curio/datasets/event/code"

	"github.com/valyala/fastjson"
)

// listOf reads a list out of one text: a JSON array of texts if it begins with a
// bracket, else texts joined by |.
func listOf(s string) (entries []string, fault string) {
	if s[0] != '[' {
		if strings.Count(s, "|") >= maxList {
			return nil, code.ListTooLong
		}
		return strings.Split(s, "|"), ""
	}
	if fastjson.Validate(s) != nil {
		return nil, code.JSONInvalid
	}
	v, err := fastjson.Parse(s)
	if err != nil {
		return nil, code.JSONInvalid
	}
	all := v.GetArray()
	if len(all) > maxList {
		return nil, code.ListTooLong
	}
	for _, e := range all {
		if e.Type() != fastjson.TypeString {
			return nil, code.JSONType
		}
		entries = append(entries, string(e.GetStringBytes()))
	}
	return entries, ""
}

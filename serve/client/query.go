package client

import (
	"fmt"
	"net/url"
	"reflect"
	"strings"
)

// encode makes a query of a struct by the json names of its fields. Fields that are zero
// are left out, which means what the document says of them; those of a pointer are not.
func encode(query any) url.Values {
	if query == nil {
		return nil
	}
	values := url.Values{}
	v := reflect.ValueOf(query)
	for i := range v.NumField() {
		f := v.Field(i)
		if f.IsZero() {
			continue
		}
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		switch f.Kind() {
		case reflect.Pointer:
			values.Set(name, fmt.Sprint(f.Elem().Interface()))
		case reflect.Slice:
			for j := range f.Len() {
				values.Add(name, fmt.Sprint(f.Index(j).Interface()))
			}
		default:
			values.Set(name, fmt.Sprint(f.Interface()))
		}
	}
	return values
}

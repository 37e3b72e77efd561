package segment

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// MarshalJSON writes the model's Spec. Equal models give equal bytes.
func (m *Model) MarshalJSON() ([]byte, error) {
	return json.Marshal(&m.spec)
}

// UnmarshalJSON reads what MarshalJSON wrote and checks all of it as New does;
// unknown fields and trailing data are errors too. On an error m stays as it
// was.
func (m *Model) UnmarshalJSON(data []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	var s Spec
	if err := decoder.Decode(&s); err != nil {
		return fmt.Errorf("read segment model: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("read segment model: data after its end")
	}
	read, err := New(s)
	if err != nil {
		return fmt.Errorf("read segment model: %w", err)
	}
	*m = *read
	return nil
}

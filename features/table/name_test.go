package table

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestColumnName(t *testing.T) {
	long := strings.Repeat("a", maxName)
	for text, want := range map[string]string{
		"":                        "",
		"activity.log_events":     "activity_log_events",
		"age=65+":                 "age_65_plus",
		"age=18-24":               "age_18_24",
		"category=C++":            "category_c_plus_plus",
		"category=数学":             "category_数学",
		"tag=  Machine\nlearning": "tag_machine_learning",
		"tag=\"; drop table x":    "tag_drop_table_x",
		"tag=\x00\xff":            "tag",
		"_a_":                     "a",
		"हिन्दी":                  "हिन्दी",
		long:                      long,
		long + "b":                long,
		long[1:] + "学":            long[1:],
	} {
		if got := columnName(text); got != want {
			t.Errorf("columnName(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestFeatureColumnsAreUnique(t *testing.T) {
	long := strings.Repeat("x", 2*maxName)
	got := featureColumns([]string{"tag=AI", "tag=ai", "tag=ai 2", "tag=a.i", "tag=ai!", "", "-", long, long + "y"})
	want := []string{
		"f_tag_ai", "f_tag_ai_2", "f_tag_ai_2_2", "f_tag_a_i", "f_tag_ai_3", "f_", "f__2", "f_" + long[:maxName], "f_" + long[:maxName] + "_2",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

package api

import (
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/swaggest/swgui"
	"github.com/swaggest/swgui/v5emb"
)

// docsPath is where the document can be browsed. All that the page needs comes from
// this server.
const docsPath = "/docs"

func docs() gin.HandlerFunc {
	page := v5emb.NewWithConfig(swgui.Config{
		Title:      "curio",
		SettingsUI: map[string]string{"docExpansion": `"list"`, "defaultModelsExpandDepth": "0", "validatorUrl": "null"},
	})("curio", "/openapi.json", docsPath+"/")
	return func(c *gin.Context) {
		c.Header("Cache-Control", "no-cache")
		page.ServeHTTP(c.Writer, c.Request)
	}
}

// IsPage reports whether a path is one of the pages for people, whose scripts and
// styles a browser must be allowed to run.
func IsPage(path string) bool {
	return path == docsPath || strings.HasPrefix(path, docsPath+"/")
}

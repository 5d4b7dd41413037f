package api

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"bihuan/schemas"

	"github.com/swaggest/jsonschema-go"
	"github.com/swaggest/openapi-go"
	"github.com/swaggest/openapi-go/openapi31"
)

// document is the OpenAPI 3.1 description of the calls, made once from their shapes.
var document = sync.OnceValues(func() ([]byte, error) {
	r := openapi31.NewReflector()
	r.Spec.Info.WithTitle("闭环接口").WithVersion("1").WithDescription("先以 POST /api/login 登录，之后随会话 cookie 调用。时间为 UTC；期限是不含的时刻。")
	r.DefaultOptions = append(r.DefaultOptions, jsonschema.InterceptProp(fromTags), jsonschema.StripDefinitionNamePrefix("Schemas"))
	for _, c := range calls {
		op, err := r.NewOperationContext(c.method, c.path)
		if err != nil {
			return nil, err
		}
		op.SetSummary(c.summary)
		if strings.Contains(c.path, "{id}") {
			op.AddReqStructure(struct {
				ID string `path:"id" format:"uuid" title:"事项"`
			}{})
		}
		if c.in != nil {
			op.AddReqStructure(c.in())
		}
		for _, status := range []int{c.status, c.also} {
			if status != 0 {
				op.AddRespStructure(c.out, openapi.WithHTTPStatus(status))
			}
		}
		op.AddRespStructure(schemas.Problem{}, func(u *openapi.ContentUnit) { u.IsDefault = true })
		if err := r.AddOperation(op); err != nil {
			return nil, err
		}
	}
	return json.Marshal(r.Spec)
})

func (s *Server) showDocument(w http.ResponseWriter, r *http.Request) {
	doc, err := document()
	if err != nil {
		s.problem(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = w.Write(doc)
}

// fromTags copies the rules of validate and the titles of label into the schema: they are written once.
func fromTags(p jsonschema.InterceptPropParams) error {
	if !p.Processed {
		return nil
	}
	s := p.PropertySchema
	if l := p.Field.Tag.Get("label"); l != "" {
		s.WithTitle(l)
	}
	text, list := s.HasType(jsonschema.String), s.HasType(jsonschema.Array)
	for _, rule := range strings.Split(p.Field.Tag.Get("validate"), ",") {
		k, v, _ := strings.Cut(rule, "=")
		n, _ := strconv.ParseFloat(v, 64)
		switch {
		case k == "dive": // rules after dive belong to the items
			return nil
		case k == "required":
			p.ParentSchema.Required = append(p.ParentSchema.Required, p.Name)
		case k == "oneof":
			for _, e := range strings.Fields(v) {
				s.Enum = append(s.Enum, e)
			}
		case k == "uuid":
			s.WithFormat("uuid")
		case k == "datetime":
			s.WithFormat("date")
		case k == "min" && text:
			s.WithMinLength(int64(n))
		case k == "max" && text:
			s.WithMaxLength(int64(n))
		case k == "min" && list:
			s.WithMinItems(int64(n))
		case k == "max" && list:
			s.WithMaxItems(int64(n))
		case k == "gte":
			s.WithMinimum(n)
		case k == "lte":
			s.WithMaximum(n)
		}
	}
	return nil
}

package api

import (
	"errors"
	"net/http"
	"reflect"
	"strings"

	"bihuan/schemas"

	"github.com/go-playground/locales/zh"
	ut "github.com/go-playground/universal-translator"
	"github.com/go-playground/validator/v10"
	zhtexts "github.com/go-playground/validator/v10/translations/zh"
)

type (
	// problem is what is wrong with one field, in one Chinese sentence.
	problem struct{ Field, Text string }
	// problems are those of one form, in the order of its fields.
	problems []problem
)

// For is the sentence for one field; empty: it is right.
func (ps problems) For(field string) string {
	for _, p := range ps {
		if p.Field == field {
			return p.Text
		}
	}
	return ""
}

// check validates a form: its tags are field (the input's name), label (its Chinese name) and validate.
func check(form any) (ps problems) {
	var found validator.ValidationErrors
	if err := forms.Struct(form); !errors.As(err, &found) && err != nil {
		panic(err)
	}
	for _, f := range found {
		ps = append(ps, problem{inputName(form, f), f.Translate(chinese)})
	}
	return ps
}

func inputName(form any, f validator.FieldError) string {
	field, ok := reflect.Indirect(reflect.ValueOf(form)).Type().FieldByName(strings.SplitN(f.StructField(), "[", 2)[0])
	if name := field.Tag.Get("field"); ok && name != "" {
		return name
	}
	return f.StructField()
}

var forms, chinese = formRules()

func formRules() (*validator.Validate, ut.Translator) {
	locale := zh.New()
	tr, _ := ut.New(locale, locale).GetTranslator("zh")
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string { return f.Tag.Get("label") })
	if err := zhtexts.RegisterDefaultTranslations(v, tr); err != nil {
		panic(err)
	}
	say(v, tr, "required", "请填写{0}")
	return v, tr
}

// say replaces the library's wording of a rule where offices would say it otherwise.
func say(v *validator.Validate, tr ut.Translator, rule, text string) {
	err := v.RegisterTranslation(rule, tr, func(t ut.Translator) error { return t.Add(rule, text, true) },
		func(t ut.Translator, f validator.FieldError) string {
			said, _ := t.T(rule, f.Field())
			return said
		})
	if err != nil {
		panic(err)
	}
}

// under tells a refusal under the field it belongs to; another error stays one.
func under(field string, err error) (problems, error) {
	var refusal *schemas.Error
	if errors.As(err, &refusal) && statusOf(refusal.Code) < http.StatusInternalServerError {
		return problems{{field, refusal.Text}}, nil
	}
	return nil, err
}

func badForm(err error) error {
	return &schemas.Error{Code: "BadForm", Text: "提交的内容无法读取，可能过大或在传输中损坏", Cause: err}
}

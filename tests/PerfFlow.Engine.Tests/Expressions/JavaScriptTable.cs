using System.Text;
using System.Text.Json;
using PerfFlow.Engine.Expressions;

namespace PerfFlow.Engine.Tests.Expressions;

/// <summary>
/// Expressions and what a JavaScript engine (V8) makes of them; undefined is written {"u":1}, numbers that JSON lacks {"n":…},
/// objects {"o":…}, functions {"f":1}.
/// </summary>
public class JavaScriptTable
{
    private static readonly JsonElement Table = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Expressions", "javascript.json"))).RootElement;

    [Fact]
    public void EveryExpression_GivesWhatJavaScriptGives()
    {
        var data = Facts.FromJson(Table.GetProperty("data"));
        var wrong = new StringBuilder();
        foreach (var entry in Table.GetProperty("cases").EnumerateArray())
        {
            var source = entry.GetProperty("e").GetString()!;
            try
            {
                var got = Describe(ScriptRun.Evaluate(source, data));
                var expected = Describe(entry.GetProperty("v"));
                if (got != expected)
                    wrong.AppendLine($"{source}\n    gives {got}\n    not   {expected}");
            }
            catch (Exception e) when (e is JsSyntaxException or JsException)
            {
                wrong.AppendLine($"{source}\n    fails: {e.Message}");
            }
        }

        Assert.Equal("", wrong.ToString());
    }

    private static string Describe(JsonElement expected) => expected.ValueKind switch
    {
        JsonValueKind.Object when expected.TryGetProperty("u", out _) => "undefined",
        JsonValueKind.Object when expected.TryGetProperty("f", out _) => "function",
        JsonValueKind.Object when expected.TryGetProperty("n", out var number) => number.GetString()!,
        JsonValueKind.Object => "{" + string.Join(", ", expected.GetProperty("o").EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => $"{p.Name}: {Describe(p.Value)}")) + "}",
        JsonValueKind.Array => "[" + string.Join(", ", expected.EnumerateArray().Select(Describe)) + "]",
        JsonValueKind.String => JsonSerializer.Serialize(expected.GetString()),
        JsonValueKind.Number => NumberText.Of(expected.GetDouble()),
        _ => expected.GetRawText(),
    };

    private static string Describe(JsValue value) => value.Type switch
    {
        JsType.String => JsonSerializer.Serialize(value.AsString),
        JsType.Object when Operators.IsFunction(value) => "function",
        JsType.Object when Members.IsList(value) => "[" + string.Join(", ", Enumerable.Range(0, Members.Length(value)).Select(i => Describe(Members.At(value, i)))) + "]",
        JsType.Object => "{" + string.Join(", ", Members.Keys(value).Order(StringComparer.Ordinal).Select(key => $"{key}: {Describe(Members.Get(value, key))}")) + "}",
        _ => Operators.ToText(value),
    };
}

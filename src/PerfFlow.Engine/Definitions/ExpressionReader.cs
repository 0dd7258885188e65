using System.Globalization;
using System.Text.Json;
using PerfFlow.Engine.Expressions;

namespace PerfFlow.Engine.Definitions;

/// <summary>Compiles the expression of one property.</summary>
internal static class ExpressionReader
{
    public static Expression? Read(ActivityReader reader, string syntax, JsonElement value, string path, string property)
    {
        switch (syntax)
        {
            case "Literal":
                return new LiteralExpression(Facts.ValueFromJson(value));
            case "Object" or "Json":
                return Json(reader, value, path, property);
            case "Variable":
                return Variable(reader, value, path, property);
            case "Input":
                return Input(reader, value, path, property);
            case "JavaScript":
                return Script(reader, value.ValueKind == JsonValueKind.String ? value.GetString()! : "", path, property);
            default:
                reader.Context.Error(path, reader.Id, property, ReasonCodes.UnknownSyntax, syntax);
                return null;
        }
    }

    /// <summary>JavaScript; an empty text is undefined, as in Elsa.</summary>
    public static Expression? Script(ActivityReader reader, string source, string path, string property)
    {
        if (string.IsNullOrWhiteSpace(source))
            return new LiteralExpression(null);
        try
        {
            var node = JsParser.Parse(source, new DefinitionNames(reader.Context, reader.Scope));
            return node is ConstantNode constant ? new LiteralExpression(constant.Value.ToFact()) : new JavaScriptExpression(node);
        }
        catch (JsSyntaxException e)
        {
            reader.Context.Error(path, reader.Id, property, e.Reason);
            return null;
        }
        catch (JsException e)
        {
            // The name of a function and nothing else.
            reader.Context.Error(path, reader.Id, property, e.Reason);
            return null;
        }
    }

    private static LiteralExpression? Json(ActivityReader reader, JsonElement value, string path, string property)
    {
        if (value.ValueKind != JsonValueKind.String)
            return new LiteralExpression(Facts.ValueFromJson(value));
        if (string.IsNullOrWhiteSpace(value.GetString()))
            return new LiteralExpression(null);
        try
        {
            using var document = JsonDocument.Parse(value.GetString()!);
            return new LiteralExpression(Facts.ValueFromJson(document.RootElement));
        }
        catch (JsonException e)
        {
            reader.Context.Error(path, reader.Id, property, ReasonCodes.ValueNoJson, ((e.BytePositionInLine ?? 0) + 1).ToString(CultureInfo.InvariantCulture));
            return null;
        }
    }

    private static VariableExpression? Variable(ActivityReader reader, JsonElement value, string path, string property)
    {
        var variable = VariableReader.Find(reader.Scope, value);
        if (variable is null)
        {
            reader.Context.Error(path, reader.Id, property, ReasonCodes.NoVariableHere, VariableReader.Describe(value));
            return null;
        }

        variable.Variable.Reads();
        return new VariableExpression(variable);
    }

    private static InputExpression? Input(ActivityReader reader, JsonElement value, string path, string property)
    {
        var name = value.ValueKind == JsonValueKind.Object && value.TryGetProperty("name", out var given) ? given : value;
        if (name.ValueKind == JsonValueKind.String)
            return new InputExpression(name.GetString()!, new InputSource(reader.Scope.Workflow.Nested, reader.Scope.HopsToWorkflow()));
        reader.Context.Error(path, reader.Id, property, ReasonCodes.InputWithoutName);
        return null;
    }
}

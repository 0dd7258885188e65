using System.Text.Json;

namespace PerfFlow.Engine.Definitions;

/// <summary>Reads the variables that a workflow or a container declares, and finds them again.</summary>
internal static class VariableReader
{
    public static void Read(LoadContext context, JsonElement owner, string path, string? activity, VariableScope scope)
    {
        if (!owner.TryGetProperty("variables", out var list) || list.ValueKind == JsonValueKind.Null)
            return;
        if (list.ValueKind != JsonValueKind.Array)
        {
            context.Error($"{path}.variables", activity, "variables", ReasonCodes.MustBeList, "variables");
            return;
        }

        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            var place = $"{path}.variables[{index++}]";
            var name = Text(item, "name");
            if (string.IsNullOrEmpty(name))
            {
                context.Error(place, activity, "variables", ReasonCodes.VariableWithoutName);
                continue;
            }

            var type = item.TryGetProperty("isArray", out var array) && array.ValueKind == JsonValueKind.True ? FactType.Any : FactTypes.Named(Text(item, "typeName"));
            scope.Variables.Add(new Variable(Text(item, "id") ?? name, name, Default(context, item, type, place, activity), Text(item, "storageDriverTypeName") is { } driver && IsPersistent(driver), type));
        }
    }

    /// <summary>The variable that <c>{ id, name }</c> or a bare id means.</summary>
    public static VariableReference? Find(VariableScope scope, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
            return scope.ById(value.GetString()!) ?? scope.ByName(value.GetString()!);
        var byId = Text(value, "id") is { } id ? scope.ById(id) : null;
        return byId ?? (Text(value, "name") is { } name ? scope.ByName(name) : null);
    }

    public static string Describe(JsonElement value) => value.ValueKind == JsonValueKind.String
        ? value.GetString()!
        : Text(value, "name") ?? Text(value, "id") ?? "?";

    /// <summary>The driver keeps values in the stored instance.</summary>
    public static bool IsPersistent(string driver) =>
        driver.Contains("WorkflowStorageDriver", StringComparison.Ordinal) || driver.Contains("WorkflowInstanceStorageDriver", StringComparison.Ordinal);

    private static object? Default(LoadContext context, JsonElement item, FactType type, string path, string? activity)
    {
        if (!item.TryGetProperty("value", out var value) || value.ValueKind is JsonValueKind.Null)
            return null;
        if (value.ValueKind != JsonValueKind.String)
            return Facts.ValueFromJson(value);
        var text = value.GetString()!;
        if (type == FactType.Any)
            return text.TrimStart() is ['{' or '[', ..] ? ParsedOrText(text) : text;
        if (text.Length == 0)
            return type == FactType.Text ? text : null;
        var converted = FactTypes.Converted(text, type);
        if (!FactTypes.Fits(converted, type))
            context.Error($"{path}.value", activity, "variables", ReasonCodes.NotOfType, text, Text(item, "typeName"));
        return converted;
    }

    private static object? ParsedOrText(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return Facts.ValueFromJson(document.RootElement);
        }
        catch (JsonException)
        {
            return text;
        }
    }

    public static string? Text(JsonElement element, string property) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

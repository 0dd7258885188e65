using System.Globalization;
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
            context.Error($"{path}.variables", activity, "variables", "'variables' must be a list.");
            return;
        }

        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            var place = $"{path}.variables[{index++}]";
            var name = Text(item, "name");
            if (string.IsNullOrEmpty(name))
            {
                context.Error(place, activity, "variables", "The variable has no name.");
                continue;
            }

            scope.Variables.Add(new Variable(Text(item, "id") ?? name, name, Default(context, item, place, activity), IsPersistent(item)));
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
        ? $"'{value.GetString()}'"
        : $"'{Text(value, "name") ?? Text(value, "id") ?? "?"}'";

    private static bool IsPersistent(JsonElement item) =>
        Text(item, "storageDriverTypeName") is { } driver && (driver.Contains("WorkflowStorageDriver", StringComparison.Ordinal) || driver.Contains("WorkflowInstanceStorageDriver", StringComparison.Ordinal));

    private static object? Default(LoadContext context, JsonElement item, string path, string? activity)
    {
        if (!item.TryGetProperty("value", out var value) || value.ValueKind is JsonValueKind.Null)
            return null;
        if (value.ValueKind != JsonValueKind.String)
            return Facts.ValueFromJson(value);
        var text = value.GetString()!;
        var type = Text(item, "typeName") ?? "";
        var converted = Converted(text, type.Split(',')[0].Split('.')[^1]);
        if (converted is null && text.Length > 0)
            context.Error($"{path}.value", activity, "variables", $"'{text}' is no {type}.");
        return converted;
    }

    private static object? Converted(string text, string type)
    {
        switch (type)
        {
            case "Int16" or "Int32" or "Int64" or "Byte":
                return long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var whole) ? whole : null;
            case "Single" or "Double" or "Decimal":
                return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
            case "Boolean":
                return bool.TryParse(text, out var flag) ? flag : null;
            case "DateTime" or "DateTimeOffset":
                return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant : null;
            default:
                return text.TrimStart() is ['{' or '[', ..] && type != "String" ? ParsedOrText(text) : text;
        }
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

    private static string? Text(JsonElement element, string property) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

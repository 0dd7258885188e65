using System.Globalization;
using System.Text.Json;

namespace PerfFlow.Engine.Definitions;

/// <summary>What identifies a definition, read before anything is compiled.</summary>
internal sealed record DefinitionSource(string DefinitionId, string VersionId, int Version, string Name, bool UsableAsActivity, JsonElement Root, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Reads the head of a definition; null if it has none, and then the context knows why.</summary>
    public static DefinitionSource? Read(string file, ReadOnlyMemory<byte> utf8, List<DefinitionError> errors)
    {
        JsonElement root;
        try
        {
            using var document = JsonDocument.Parse(utf8.Span.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8, new JsonDocumentOptions { MaxDepth = 256 });
            root = document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            errors.Add(new DefinitionError(file, "$", null, null, new Reason(ReasonCodes.NoJson, Number(e.LineNumber), Number(e.BytePositionInLine))));
            return null;
        }

        if (root.ValueKind != JsonValueKind.Object)
        {
            errors.Add(new DefinitionError(file, "$", null, null, new Reason(ReasonCodes.NotAnObject)));
            return null;
        }

        try
        {
            return Describe(file, root, utf8);
        }
        catch (InvalidOperationException)
        {
            errors.Add(new DefinitionError(file, "$.definitionId", null, null, new Reason(ReasonCodes.NamesUnreadable)));
            return null;
        }
    }

    private static DefinitionSource Describe(string file, JsonElement root, ReadOnlyMemory<byte> utf8)
    {
        var id = Text(root, "definitionId") ?? Text(root, "id") ?? Text(root, "name");
        if (string.IsNullOrEmpty(id))
            id = Path.GetFileNameWithoutExtension(file);
        var version = root.TryGetProperty("version", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var given) ? given : 1;
        var usable = root.TryGetProperty("options", out var options) && options.ValueKind == JsonValueKind.Object && IsTrue(options, "usableAsActivity");
        return new DefinitionSource(id, Text(root, "id") ?? "", version, Text(root, "name") ?? id, usable || IsTrue(root, "usableAsActivity"), root, utf8);
    }

    /// <summary>Lines and bytes count from 0 there, from 1 for people.</summary>
    private static string Number(long? index) => ((index ?? 0) + 1).ToString(CultureInfo.InvariantCulture);

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool IsTrue(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}

using System.Security.Cryptography;
using PerfFlow.Engine.Activities;

namespace PerfFlow.Engine.Definitions;

/// <summary>Reads Elsa 3 workflow definition JSON.</summary>
public static class DefinitionLoader
{
    /// <summary>Compiles one definition. Never throws: whatever is wrong with the bytes is in the errors.</summary>
    /// <param name="file">Name for error messages.</param>
    /// <param name="utf8">The file.</param>
    /// <param name="library">Definitions that this one may run as part of itself; one that is no definition counts as absent.</param>
    public static DefinitionLoad Load(string file, ReadOnlyMemory<byte> utf8, DefinitionLibrary? library = null)
    {
        var errors = new List<DefinitionError>();
        return DefinitionSource.Read(file, utf8, errors) is { } source
            ? Compile(file, source, Sources(library?.Published), Sources(library?.Others))
            : new DefinitionLoad(null, errors);
    }

    private static List<DefinitionSource> Sources(IReadOnlyList<ReadOnlyMemory<byte>>? files) =>
        [.. (files ?? []).Select(file => DefinitionSource.Read("", file, [])).OfType<DefinitionSource>()];

    /// <summary>Compiles the files of a folder; each may run any other as part of itself. One result per file, in order.</summary>
    public static IReadOnlyList<DefinitionLoad> LoadAll(IReadOnlyList<(string File, ReadOnlyMemory<byte> Utf8)> files)
    {
        var errors = new List<DefinitionError>[files.Count];
        var sources = new DefinitionSource?[files.Count];
        for (var i = 0; i < files.Count; i++)
            sources[i] = DefinitionSource.Read(files[i].File, files[i].Utf8, errors[i] = []);
        var library = sources.OfType<DefinitionSource>().ToList();
        return [.. files.Select((file, i) => sources[i] is { } source ? Compile(file.File, source, library, []) : new DefinitionLoad(null, errors[i]))];
    }

    private static DefinitionLoad Compile(string file, DefinitionSource source, IReadOnlyList<DefinitionSource> library, IReadOnlyList<DefinitionSource> others)
    {
        var context = new LoadContext(file, library, others);
        context.Enter(source);
        WorkflowNode? workflow = null;
        try
        {
            workflow = WorkflowReader.Read(context, source, null, "Workflow1", "$");
        }
        catch (InvalidOperationException e)
        {
            // text that is no Unicode, such as half of a surrogate pair, shows only when it is read
            context.Error("$", null, null, ReasonCodes.TextUnreadable, e.Message);
        }

        if (workflow is null || context.Errors.Count > 0)
            return new DefinitionLoad(null, context.Errors);
        foreach (var scope in context.Scopes)
            scope.Seal();
        return new DefinitionLoad(new WorkflowDefinition(source, SHA256.HashData(source.Bytes.Span), workflow, context), []);
    }
}

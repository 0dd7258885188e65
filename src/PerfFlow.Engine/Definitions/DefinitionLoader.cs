namespace PerfFlow.Engine.Definitions;

/// <summary>Reads Elsa 3 workflow definition JSON.</summary>
public static class DefinitionLoader
{
    /// <summary>Compiles one definition. Never throws: whatever is wrong with the bytes is in the errors.</summary>
    /// <param name="file">Name for error messages.</param>
    /// <param name="utf8">The file.</param>
    /// <param name="library">Definitions that this one may run as part of itself.</param>
    public static DefinitionLoad Load(string file, ReadOnlyMemory<byte> utf8, IReadOnlyList<WorkflowDefinition>? library = null) =>
        throw new NotSupportedException($"{file} {utf8.Length} {library?.Count}");
}

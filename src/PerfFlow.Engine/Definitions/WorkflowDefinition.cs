namespace PerfFlow.Engine.Definitions;

/// <summary>
/// One version of a workflow, compiled into an immutable graph. Safe to share between threads. A running case stays on the
/// definition that it started with.
/// </summary>
public sealed class WorkflowDefinition
{
    internal WorkflowDefinition(string definitionId, int version, string name, ReadOnlyMemory<byte> source, ReadOnlyMemory<byte> sourceHash, IReadOnlyList<HumanStep> humanSteps)
    {
        DefinitionId = definitionId;
        Version = version;
        Name = name;
        Source = source;
        SourceHash = sourceHash;
        HumanSteps = humanSteps;
    }

    /// <summary>The id shared by all versions.</summary>
    public string DefinitionId { get; }

    public int Version { get; }

    public string Name { get; }

    /// <summary>The bytes that were loaded, unchanged: exporting a definition gives back the file that was imported.</summary>
    public ReadOnlyMemory<byte> Source { get; }

    /// <summary>SHA-256 of <see cref="Source"/>.</summary>
    public ReadOnlyMemory<byte> SourceHash { get; }

    /// <summary>The human steps in the order of the file.</summary>
    public IReadOnlyList<HumanStep> HumanSteps { get; }
}

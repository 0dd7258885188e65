using PerfFlow.Engine.Activities;

namespace PerfFlow.Engine.Definitions;

/// <summary>
/// One version of a workflow, compiled into an immutable graph. Safe to share between threads. A running case stays on the
/// definition that it started with.
/// </summary>
public sealed class WorkflowDefinition
{
    internal WorkflowDefinition(DefinitionSource source, ReadOnlyMemory<byte> hash, WorkflowNode workflow, LoadContext context)
    {
        DefinitionId = source.DefinitionId;
        Version = source.Version;
        Name = source.Name;
        Source = source.Bytes;
        SourceHash = hash;
        Workflow = workflow;
        Nodes = [.. context.Nodes];
        AsksForResults = context.AsksForResults;
        HumanSteps = [.. context.HumanSteps];
        Parts = [.. context.Parts];
        Words = WordTable.Of(Nodes, HumanSteps);
    }

    /// <summary>The id shared by all versions.</summary>
    public string DefinitionId { get; }

    public int Version { get; }

    public string Name { get; }

    /// <summary>The bytes that were loaded, unchanged: exporting a definition gives back the file that was imported.</summary>
    public ReadOnlyMemory<byte> Source { get; }

    /// <summary>SHA-256 of <see cref="Source"/>.</summary>
    public ReadOnlyMemory<byte> SourceHash { get; }

    /// <summary>The human steps in the order of the file, with those of its parts.</summary>
    public IReadOnlyList<HumanStep> HumanSteps { get; }

    /// <summary>The definitions that it runs inside itself, and those that they run, in the order of reading; one that several activities run is there once for each.</summary>
    public IReadOnlyList<DefinitionPart> Parts { get; }

    internal WorkflowNode Workflow { get; }

    internal Node[] Nodes { get; }

    /// <summary>A script reads what an activity gave by the name of the activity.</summary>
    internal bool AsksForResults { get; }

    /// <summary>Words that a stored instance refers to by number.</summary>
    internal WordTable Words { get; }
}

namespace PerfFlow.Engine.Definitions;

/// <summary>What a definition may run as part of itself.</summary>
/// <param name="Published">What the id of a definition, or the name of an activity, means; of several versions the highest.</param>
/// <param name="Others">Further versions: only <c>workflowDefinitionVersionId</c> names them.</param>
public sealed record DefinitionLibrary(IReadOnlyList<ReadOnlyMemory<byte>> Published, IReadOnlyList<ReadOnlyMemory<byte>> Others)
{
    public static DefinitionLibrary Empty { get; } = new([], []);
}

/// <summary>A definition that another one runs inside itself; it is compiled with it, so its bytes are pinned like those of the other.</summary>
/// <param name="Owner">Id of the definition whose activity runs it: the whole, or another part.</param>
/// <param name="Activity">Id of that activity.</param>
/// <param name="DefinitionId">What is run.</param>
/// <param name="SourceHash">SHA-256 of <paramref name="Source"/>.</param>
/// <param name="ById">The activity names the definition; false: it names this very version.</param>
public sealed record DefinitionPart(string Owner, string Activity, string DefinitionId, int Version, ReadOnlyMemory<byte> Source, ReadOnlyMemory<byte> SourceHash, bool ById);

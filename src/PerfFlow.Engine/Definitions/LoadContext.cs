using PerfFlow.Engine.Activities;

namespace PerfFlow.Engine.Definitions;

/// <summary>What is gathered while one file is read.</summary>
internal sealed class LoadContext(string file, IReadOnlyList<DefinitionSource> library)
{
    private readonly HashSet<string> running = new(StringComparer.Ordinal);

    public string File { get; } = file;

    public IReadOnlyList<DefinitionSource> Library { get; } = library;

    public List<DefinitionError> Errors { get; } = [];

    public List<Node> Nodes { get; } = [];

    public List<HumanStep> HumanSteps { get; } = [];

    public List<VariableScope> Scopes { get; } = [];

    public void Error(string path, string? activity, string? property, string reason) =>
        Errors.Add(new DefinitionError(File, path, activity, property, reason));

    public void Add(Node node)
    {
        node.Index = Nodes.Count;
        Nodes.Add(node);
    }

    /// <summary>The newest version of a definition in the library.</summary>
    public DefinitionSource? Find(string definitionId) => Library
        .Where(definition => string.Equals(definition.DefinitionId, definitionId, StringComparison.Ordinal))
        .MaxBy(definition => definition.Version);

    /// <summary>Marks a definition as being read, so that one that runs itself is an error and no endless file.</summary>
    public bool Enter(string definitionId) => running.Add(definitionId);

    public void Leave(string definitionId) => running.Remove(definitionId);
}

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

    /// <summary>A script reads what an activity gave by the name of the activity.</summary>
    public bool AsksForResults { get; set; }

    public void Error(string path, string? activity, string? property, string reason) =>
        Errors.Add(new DefinitionError(File, path, activity, property, reason));

    /// <summary>What was read since the mark and stands in nothing yet stands in this node.</summary>
    public void Enclose(int mark, Node node)
    {
        for (var i = mark; i < Nodes.Count; i++)
        {
            if (Nodes[i] != node)
                Nodes[i].Outer ??= node;
        }
    }

    public void Add(Node node)
    {
        node.Index = Nodes.Count;
        Nodes.Add(node);
    }

    /// <summary>The newest version of a definition in the library.</summary>
    public DefinitionSource? Find(string definitionId) => Library
        .Where(definition => string.Equals(definition.DefinitionId, definitionId, StringComparison.Ordinal))
        .MaxBy(definition => definition.Version);

    /// <summary>How much has been read so far.</summary>
    public (int Nodes, int Steps, int Scopes) Mark() => (Nodes.Count, HumanSteps.Count, Scopes.Count);

    /// <summary>Forgets what was read since the mark, because it is no part of this definition after all.</summary>
    public void Forget((int Nodes, int Steps, int Scopes) mark)
    {
        Nodes.RemoveRange(mark.Nodes, Nodes.Count - mark.Nodes);
        HumanSteps.RemoveRange(mark.Steps, HumanSteps.Count - mark.Steps);
        Scopes.RemoveRange(mark.Scopes, Scopes.Count - mark.Scopes);
    }

    /// <summary>Marks a definition as being read, so that one that runs itself is an error and no endless file.</summary>
    public bool Enter(string definitionId) => running.Add(definitionId);

    public void Leave(string definitionId) => running.Remove(definitionId);
}

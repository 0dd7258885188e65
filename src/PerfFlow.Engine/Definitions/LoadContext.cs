using System.Security.Cryptography;
using PerfFlow.Engine.Activities;

namespace PerfFlow.Engine.Definitions;

/// <summary>What is gathered while one file is read.</summary>
internal sealed class LoadContext(string file, IReadOnlyList<DefinitionSource> library, IReadOnlyList<DefinitionSource> others)
{
    private readonly List<DefinitionSource> running = [];

    public string File { get; } = file;

    /// <summary>What an id or the name of an activity means.</summary>
    public IReadOnlyList<DefinitionSource> Library { get; } = library;

    /// <summary>Versions that only the id of a version names.</summary>
    public IReadOnlyList<DefinitionSource> Others { get; } = others;

    /// <summary>What was taken from them, in the order of reading.</summary>
    public List<DefinitionPart> Parts { get; } = [];

    public List<DefinitionError> Errors { get; } = [];

    public List<Node> Nodes { get; } = [];

    public List<HumanStep> HumanSteps { get; } = [];

    public List<VariableScope> Scopes { get; } = [];

    /// <summary>A script reads what an activity gave by the name of the activity.</summary>
    public bool AsksForResults { get; set; }

    public void Error(string path, string? activity, string? property, string code, params string?[] args) =>
        Error(path, activity, property, new Reason(code, args));

    public void Error(string path, string? activity, string? property, Reason reason) =>
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
    public (int Nodes, int Steps, int Scopes, int Parts) Mark() => (Nodes.Count, HumanSteps.Count, Scopes.Count, Parts.Count);

    /// <summary>Forgets what was read since the mark, because it is no part of this definition after all.</summary>
    public void Forget((int Nodes, int Steps, int Scopes, int Parts) mark)
    {
        Nodes.RemoveRange(mark.Nodes, Nodes.Count - mark.Nodes);
        HumanSteps.RemoveRange(mark.Steps, HumanSteps.Count - mark.Steps);
        Scopes.RemoveRange(mark.Scopes, Scopes.Count - mark.Scopes);
        Parts.RemoveRange(mark.Parts, Parts.Count - mark.Parts);
    }

    /// <summary>
    /// Marks a definition as being read, so that one that runs itself is an error and no endless file. The ids of those that run
    /// each other, if it is one of them; else null.
    /// </summary>
    public IReadOnlyList<string>? Enter(DefinitionSource source)
    {
        var first = running.FindIndex(open => open.DefinitionId == source.DefinitionId);
        if (first >= 0)
            return [.. running.Skip(first).Append(source).Select(open => open.DefinitionId)];
        running.Add(source);
        return null;
    }

    public void Leave() => running.RemoveAt(running.Count - 1);

    /// <summary>Notes that an activity of the definition that is being read runs another one.</summary>
    public void Takes(string activity, DefinitionSource source, bool byId) => Parts.Add(new DefinitionPart(
        running[^1].DefinitionId, activity, source.DefinitionId, source.Version, source.Bytes, SHA256.HashData(source.Bytes.Span), byId));
}

using System.Collections.Frozen;
using PerfFlow.Engine.Activities;

namespace PerfFlow.Engine.Definitions;

/// <summary>The words of a definition (outcomes and names of facts), numbered, so that a stored instance need not spell them.</summary>
internal sealed class WordTable
{
    private readonly string[] words;
    private readonly FrozenDictionary<string, int> numbers;

    private WordTable(string[] words)
    {
        this.words = words;
        numbers = words.Select((word, i) => KeyValuePair.Create(word, i)).ToFrozenDictionary(StringComparer.Ordinal);
    }

    public int Count => words.Length;

    public string this[int number] => words[number];

    public static WordTable Of(Node[] nodes, IReadOnlyList<HumanStep> steps) => new([.. new[] { "outcome", "due" }
        .Concat(steps.SelectMany(step => step.Outcomes))
        .Concat(nodes.OfType<ContainerNode>().SelectMany(container => container.Scope.Variables).Select(variable => variable.Name))
        .Distinct(StringComparer.Ordinal)]);

    public bool TryFind(string word, out int number) => numbers.TryGetValue(word, out number);
}

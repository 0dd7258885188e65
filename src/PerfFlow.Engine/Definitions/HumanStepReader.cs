using PerfFlow.Engine.Expressions;

namespace PerfFlow.Engine.Definitions;

/// <summary>Reads the payload of a human step, as far as it is written out, and says what is wrong with it.</summary>
internal static class HumanStepReader
{
    private static readonly string[] Kinds = ["fill", "review", "act"];
    private static readonly string[] Roles = ["UNIT", "DEPT", "FIN_SECTION", "FIN_PERF", "FIN_BUDGET", "FIN_TREASURY", "FIN_LEADER", "AGENCY"];

    /// <summary>The step; null where the payload has no <c>kind</c> or is wrong.</summary>
    public static HumanStep? Read(ActivityReader reader, Expression payload)
    {
        if (Static(payload) is not { } values || !values.TryGetValue("kind", out var kind))
            return null;
        var errors = reader.Context.Errors.Count;
        OneOf(reader, "kind", kind, Kinds);
        OneOf(reader, "role", values.GetValueOrDefault("role"), Roles);
        if (values.GetValueOrDefault("form") is not string { Length: > 0 } form)
        {
            form = "";
            reader.Error("payload", ReasonCodes.FormMissing);
        }

        var outcomes = Texts(reader, values, "outcomes");
        if (outcomes.Count == 0)
            reader.Error("payload", ReasonCodes.OutcomesMissing);
        var returns = Texts(reader, values, "returns");
        foreach (var unknown in returns.Where(outcome => !outcomes.Contains(outcome)))
            reader.Error("payload", ReasonCodes.NoOutcome, "returns", unknown);
        var conditions = Conditions(reader, values, outcomes);
        var (input, days) = Deadline(reader, values);
        var countersign = Participants(reader, values, returns);
        return reader.Context.Errors.Count > errors
            ? null
            : new HumanStep(reader.Id, reader.Name, (string)kind!, (string)values["role"]!, form, outcomes, returns, conditions, input, days) { Countersign = countersign };
    }

    /// <summary>The variable of a condition.</summary>
    public static VariableReference Condition(ActivityReader reader, string name)
    {
        var variable = reader.Scope.ByName(name)!;
        variable.Variable.Reads();
        return variable;
    }

    /// <summary>The members that are the same in every case: all of a literal, the constant ones of a script's object.</summary>
    private static Facts? Static(Expression payload)
    {
        if (payload.TryConstant(out var constant))
            return constant as Facts;
        if (payload is not JavaScriptExpression { Node: ObjectNode made })
            return null;
        var members = new List<(string, object?)>();
        foreach (var (key, value) in made.Entries)
        {
            if (key is ConstantNode name && Constant(value, out var known))
                members.Add((Operators.ToText(name.Value), known));
        }

        return Facts.Of(members.ToArray());
    }

    private static bool Constant(JsNode node, out object? value)
    {
        value = null;
        switch (node)
        {
            case ConstantNode constant:
                value = constant.Value.ToFact();
                return true;
            case ArrayNode list:
                var items = new object?[list.Elements.Length];
                for (var i = 0; i < items.Length; i++)
                {
                    if (!Constant(list.Elements[i], out items[i]))
                        return false;
                }

                value = items;
                return true;
            case ObjectNode made:
                var members = new List<(string, object?)>();
                foreach (var (key, member) in made.Entries)
                {
                    if (key is not ConstantNode name || !Constant(member, out var known))
                        return false;
                    members.Add((Operators.ToText(name.Value), known));
                }

                value = Facts.Of(members.ToArray());
                return true;
            default:
                return false;
        }
    }

    private static void OneOf(ActivityReader reader, string property, object? value, string[] allowed)
    {
        if (value is not string text || !allowed.Contains(text, StringComparer.Ordinal))
            reader.Error("payload", ReasonCodes.OneOf, property, string.Join(", ", allowed));
    }

    private static IReadOnlyList<string> Texts(ActivityReader reader, Facts values, string property)
    {
        switch (values.GetValueOrDefault(property))
        {
            case null:
                return [];
            case IReadOnlyList<object?> list when list.All(item => item is string { Length: > 0 }) && list.Distinct().Count() == list.Count:
                return [.. list.Cast<string>()];
            default:
                reader.Error("payload", ReasonCodes.DifferentTexts, property);
                return [];
        }
    }

    private static IReadOnlyDictionary<string, string> Conditions(ActivityReader reader, Facts values, IReadOnlyList<string> outcomes)
    {
        var conditions = new Dictionary<string, string>(StringComparer.Ordinal);
        if (values.GetValueOrDefault("when") is not { } when)
            return conditions;
        if (when is not Facts given)
        {
            reader.Error("payload", ReasonCodes.WhenShape);
            return conditions;
        }

        foreach (var (outcome, variable) in given)
        {
            if (!outcomes.Contains(outcome))
                reader.Error("payload", ReasonCodes.NoOutcome, "when", outcome);
            else if (variable is not string name || reader.Scope.ByName(name) is null)
                reader.Error("payload", ReasonCodes.WhenVariable, outcome);
            else
                conditions.Add(outcome, name);
        }

        return conditions;
    }

    private static (string? Input, int? Days) Deadline(ActivityReader reader, Facts values)
    {
        switch (values.GetValueOrDefault("deadline"))
        {
            case null:
                return (null, null);
            case Facts { Count: 1 } deadline when deadline.GetValueOrDefault("input") is string { Length: > 0 } input:
                return (input, null);
            case Facts { Count: 1 } deadline when deadline.GetValueOrDefault("workingDays") is long days and > 0 and <= 1000:
                return (null, (int)days);
            default:
                reader.Error("payload", ReasonCodes.DeadlineShape);
                return (null, null);
        }
    }

    private static Countersign? Participants(ActivityReader reader, Facts values, IReadOnlyList<string> returns)
    {
        if (values.GetValueOrDefault("participants") is not { } given)
            return null;
        if (given is not Facts rule || rule.GetValueOrDefault("input") is not string { Length: > 0 } input || Mode(rule.GetValueOrDefault("mode")) is not { } mode)
        {
            reader.Error("payload", ReasonCodes.ParticipantsShape);
            return null;
        }

        var pass = rule.GetValueOrDefault("pass");
        if (values.GetValueOrDefault("kind") is "fill")
            reader.Error("payload", ReasonCodes.ParticipantsOfFill);
        else if (rule.Keys.FirstOrDefault(key => key is not ("mode" or "input" or "pass")) is { } other)
            reader.Error("payload", ReasonCodes.ParticipantsMember, other);
        else if (mode != CountersignMode.Votes && pass is not null)
            reader.Error("payload", ReasonCodes.PassWithoutVotes);
        else if (mode == CountersignMode.Votes && pass is not (long and > 0 and <= 20_000))
            reader.Error("payload", ReasonCodes.VotesNeedPass);
        else if (mode == CountersignMode.Votes && returns.Count == 0)
            reader.Error("payload", ReasonCodes.VotesNeedReturn);
        return new Countersign(mode, input, pass is long weight and > 0 and <= 20_000 ? (int)weight : 0);
    }

    private static CountersignMode? Mode(object? name) => name switch
    {
        "all" => CountersignMode.All,
        "any" => CountersignMode.Any,
        "turn" => CountersignMode.Turn,
        "votes" => CountersignMode.Votes,
        _ => null,
    };
}

"""Five questions to a study: python five_questions.py STUDY.annotator"""

import sys
from collections import Counter

import annotator

with annotator.open(sys.argv[1]) as study:
    print("How much is there?")
    print(f"  {len(study.articles)} articles, {len(study.labels)} labels, {len(study.entities)} people and things")

    print("Who says most?")
    said = Counter(name for s in study.statements for name in s.get("said_by.speaker.entity") or ["(nobody named)"])
    for name, n in sorted(said.items(), key=lambda x: (-x[1], x[0]))[:3]:
        print(f"  {name}: {n}")

    print("In which outlet?")
    for outlet, n in sorted(Counter(s.publisher or "(unknown)" for s in study.statements).items()):
        print(f"  {outlet}: {n}")

    print("What does the first statement say, and where?")
    first = next(iter(study.statements))
    print(f"  “{first.text}” ({first.coder}, article {first.document_number}, from {first.start} to {first.end})")

    print("How sure is it?")
    for part in study.agreement(bootstrap=0)["attributes"][:3]:
        alpha = part["coefficients"].get("krippendorff_alpha", {})
        print(f"  {part['layer']}.{part['attribute']}: alpha {alpha.get('value')} over {part['units']} units")
